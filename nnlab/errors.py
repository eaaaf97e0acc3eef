"""The one kind of failure that is expected: it carries a sentence for the user."""


class UserError(Exception):
    """Something the user can mend: the text says what is wrong, where, and what to do.

    The text is one sentence (two at most), fit for the message bar and for
    stderr as it stands. It is never a traceback and never names internals.
    """
