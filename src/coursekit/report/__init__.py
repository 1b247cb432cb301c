"""What do students and teachers get to see of a graded assignment?

Pages for students (feedback), a page for the class (class_report), and tables for a learning platform (export).
Everything is written to the course folder; nothing leaves the machine.
"""

from __future__ import annotations

from coursekit.report.classwork import class_report
from coursekit.report.feedback import feedback
from coursekit.report.marks import export

__all__ = ["class_report", "export", "feedback"]
