"""One blueprint a subject. A view asks access, binds a form, calls one verb of casework, and answers."""
