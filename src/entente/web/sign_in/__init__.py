"""How an officer proves who it is: passkey, password, or the service's own directory. accounts.db keeps the rest."""
