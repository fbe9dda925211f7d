"""Lists of requests: the office's tabs and counts, the queue, the one search box."""
