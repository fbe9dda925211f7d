"""Forms bind and show. What a submitted request must have is for casework.completeness to say."""
