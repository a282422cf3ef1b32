"""`make offline-bundle`: one zip that installs kakunin on a PC without a network.

`files/` is the zip as people see it. Its texts are kept here in UTF-8 with LF, to be read and
compared; `contents` gives each the encoding and the line ends of where it is opened.
"""
