grep -q stopped ~/log && grep -q started ~/log || { echo 'There is no log yet.'; exit 1; }
