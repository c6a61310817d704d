cat <<EOF > c
  c
  EOF
touch ready
