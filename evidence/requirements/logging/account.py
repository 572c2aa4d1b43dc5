"""Whom AWS tells of security matters."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "account.account.security-contact",
    says="Every account names a security contact.",
    why="AWS's notices of abuse and of exposed keys otherwise go to whoever opened the account.",
    logic="GetAlternateContact gives an e-mail address and a telephone number for SECURITY; ResourceNotFoundException says that no contact "
    "is set. The details themselves are redacted, and nobody has tried them.",
    covers=("LM-20",),
    fix="aws account put-alternate-contact --alternate-contact-type SECURITY, with an address that several people read.",
    source="https://docs.aws.amazon.com/accounts/latest/reference/API_GetAlternateContact.html",
)
def security_contact(accounts: Population) -> Truth:
    return accounts.security_email.present() & accounts.security_phone.present()


REQUIREMENTS = (security_contact,)
