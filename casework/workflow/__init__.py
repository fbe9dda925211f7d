"""The life of a request: the table of transitions (`table`) and the verbs that use it, by who does them."""
