"""What 事務局 does with files: pure rooms in between, reading and writing at the ends."""
