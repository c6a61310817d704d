grep -q secret ~/login || { echo 'There is no login yet.'; exit 1; }
