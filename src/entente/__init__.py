"""Entente: the joint working method of services on two shores, as software."""
