"""The ways out: what a mail server may answer, and the mail kept for /dev/mail in development."""
