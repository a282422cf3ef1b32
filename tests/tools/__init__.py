"""What tests share: LibreOffice and the Open XML validator, driven from outside."""
