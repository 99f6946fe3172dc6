"""The only place that talks to the outside: HTTP, logins, call budgets and secrets."""
