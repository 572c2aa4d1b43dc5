"""What management states beside the answers: people, responses to exceptions, acceptances, documents. Never evidence of AWS."""
