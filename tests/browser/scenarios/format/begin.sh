echo "shop at {{TRAFFIC_HOST1_8123}}"
