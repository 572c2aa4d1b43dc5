"""The workbook: real tables for people who filter and sample. Collected text is always text, never a formula.

sheet                            what a sheet is: columns, rows, links; `places` says where its rows can be led to
about, asked, controls, results, populations, exceptions, changes, environments, aws_side, people
                                 what the sheets say; `sheets` lists them all, in order
text, look, page                 how a text, a cell, a sheet looks
write                            the file, row by row

Excel's limits, and what happens there; README says it too:

1,048,576 rows a sheet           the sheet goes on in another: "Results 2"; README lists both with their rows
65,530 links a sheet             a sheet with more has none
32,767 characters a cell         (UTF-16 units) the text is cut and says where the whole is
253 line breaks a cell           likewise
409 points of height a row       a taller text is whole in the cell, but shown and printed up to there
31 characters a sheet's name, 255 characters a list to choose from: ours are fixed and short
"""

from evidence.pack.workbook.text import plain
from evidence.pack.workbook.write import write_workbook

__all__ = ["plain", "write_workbook"]
