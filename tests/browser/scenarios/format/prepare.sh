echo ready > prepared.txt
