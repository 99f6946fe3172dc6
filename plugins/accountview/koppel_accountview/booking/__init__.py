"""What an order comes to in the books: pure sums, shown before they are sent."""
