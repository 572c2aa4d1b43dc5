"""The pack of an organisation: the sums over its accounts, beside a pack of each account.

model   what it says, for machines; which packs it names      limits   how much of what it shows
build   makes it                                              book, view, page   the workbooks, the PDF, the page
"""
