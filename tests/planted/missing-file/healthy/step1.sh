test -s ~/count || { echo 'There is no count yet.'; exit 1; }
