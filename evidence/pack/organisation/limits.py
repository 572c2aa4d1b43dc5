"""How much of an organisation stands in its pack, and where the rest stands: the one place. Nothing is left off without being
counted there."""

from evidence.assessment.tally import NAMED
from evidence.pack.workbook.sheet import LINKS, ROWS
from evidence.seal.manifest import LARGEST_PACK, MOST_FILES

ACCOUNTS_PRINTED = 60
"""Accounts in the PDF's table: those with most to look at."""
CONTROLS_PRINTED = 60
REQUIREMENTS_PRINTED = 30
UNREAD_PRINTED = 40
PACKS_PRINTED = 400
"""Packs that the PDF lists with their digests."""
WORST = 5
"""Accounts named beside a requirement, and requirements beside a control: those with most exceptions."""
ROWS_OF_PART = 500
"""Exceptions, and calls not answered, of one account that the page loads."""
ROWS_AT_ONCE = 500
"""Rows of a table that the page shows at a time."""

LIMITS: tuple[tuple[str, str, str], ...] = (
    ("Accounts in the PDF", f"{ACCOUNTS_PRINTED:,}, those with most exceptions and gaps first", "sheet Accounts"),
    ("Controls in the PDF", f"{CONTROLS_PRINTED:,} of those of which evidence says something, exceptions first", "sheet Controls; one workbook for each program"),
    ("Requirements in the PDF", f"{REQUIREMENTS_PRINTED:,}, most exceptions first", "sheet Results"),
    ("Calls not answered in the PDF", f"{UNREAD_PRINTED:,} rows, most calls first", "sheet NotCollected"),
    ("Packs in the PDF", f"{PACKS_PRINTED:,}", "sheet Packs; report/accounts.sha256; pack.json"),
    ("Accounts named beside a requirement", f"{WORST}, with most exceptions", "organisation.json: accounts[].exceptions; the accounts' packs"),
    ("Requirements named beside a control", f"{WORST}, with most exceptions", "organisation.json: conclusions[].requirements; sheet Crosswalk of each account"),
    ("Rows of one account that the page loads", f"{ROWS_OF_PART:,} exceptions, {ROWS_OF_PART:,} calls not answered", "the account's own page and workbook"),
    ("Rows of one table of the page", f"{ROWS_AT_ONCE:,} at a time", "the same page, by its filter; sheets Accounts and Controls"),
    ("Names in one list of a result in organisation.json", f"{NAMED:,} (lists read, lists unread, resources gone, differences)", "the accounts' packs"),
    ("Exceptions one by one", "none stand in this pack", "the accounts' packs: sheet Exceptions, page, results.json"),
    ("Rows and links of a sheet", f"{ROWS:,} rows, then a further sheet; {LINKS:,} links, then none", "nothing is left off"),
    ("Files and size of one pack", f"{MOST_FILES:,} files, {LARGEST_PACK >> 30} GiB: evidence verify reads no more", "sha256sum checks it without this limit"),
)  # fmt: skip
"""(of what, how much stands there, where the rest stands)."""
