grep -q green ~/one
