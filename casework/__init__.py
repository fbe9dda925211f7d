"""The rules of the work. Knows no Flask: views call these verbs, and tests call them without HTTP."""
