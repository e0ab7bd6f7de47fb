"""The one error of templates; its text is Go's."""


class TemplateError(Exception):
    """A format that cannot be read, or cannot be applied to this object.

    `partial` is what had been written before it failed.
    """

    partial = ""
