"""What do counts of arrests, rescues and matches tell us about something that hides?

change      differences between two counts, and why two baskets are not one series
sanction    the chain from an offence to a sentence, and what elasticities would do to it
intervals   how much a few cases say about a share
recapture   two overlapping lists, and the number on neither
manylists   three or more lists, with dependence between them
makelists   lists made by a program, so that the truth is known
dna         how strongly two DNA profiles speak for parent and child
dnasearch   what happens when everybody is compared with everybody

Nothing here says how many people are trafficked in China: no overlapping lists for China were found.
"""
