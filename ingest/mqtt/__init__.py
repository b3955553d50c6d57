"""The broker's side: the connection, the packets that pass the library by, and receipts."""
