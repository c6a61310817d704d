test -s ~/settings.ini
