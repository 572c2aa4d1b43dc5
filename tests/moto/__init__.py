"""The product against moto's own server, which nobody here wrote."""
