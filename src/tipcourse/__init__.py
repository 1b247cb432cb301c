"""What the notebooks import: sources, tables, dated rules, models, figures and widgets."""
