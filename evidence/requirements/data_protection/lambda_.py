"""Functions: what they are configured with, at rest."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement


@requirement(
    "lambda.functions.customer-key",
    says="Every Lambda function with environment variables encrypts them under a customer-managed KMS key.",
    why="Who may read them is then decided twice, by Lambda's permissions and by the key's, and every use of the key is in the trail.",
    logic="KMSKeyArn has a value, which AWS sends for a customer managed key only; left out, AWS encrypts them under its own key. The values "
    "themselves are not kept.",
    covers=(),
    applies=(Applies(lambda functions: functions.has_variables.is_true(), "It has no environment variables."),),
    fix="Lambda console, function, Configuration, Environment variables, Encryption configuration; or aws lambda "
    "update-function-configuration --kms-key-arn. What is secret belongs in Secrets Manager.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html",
)
def customer_key(functions: Population) -> Truth:
    return functions.key.present()


REQUIREMENTS = (customer_key,)
