bash -c "alias note='touch ~/noted'"
