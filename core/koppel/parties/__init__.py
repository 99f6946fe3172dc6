"""Who is who: likeness of customers, and the numbers that new debtors get. No database, no outside world."""
