"""What requirements of several topics say alike of containers and builds: which are in use, and who no longer counts."""

from evidence.requirements.declare import Applies

CONTAINER = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html"
DEFINITION = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskDefinition.html"
IN_USE = (
    " Judged are the definitions of the tasks that ran when they were asked for; one that waits for its schedule, or for a service "
    "without tasks, is not seen."
)
REGISTER = "Register a new revision with {} and let the service or schedule use it: aws ecs register-task-definition, then update-service."
NO_WINDOWS = Applies(
    lambda definitions, *_: ~(definitions.system.present() & definitions.system.matches("^WINDOWS")),
    "It runs Windows containers, which do not have this setting.",
)
STANDING = Applies(
    lambda members, *_: ~members.status.is_in(("INACTIVE", "MISSING")), "It was deleted; AWS still shows it for a while."
)
THERE = Applies(lambda projects: projects.known.is_true(), "It was deleted while it was read.")
