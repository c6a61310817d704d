grep -q colour=green ~/settings.ini && grep -q size=3 ~/settings.ini
