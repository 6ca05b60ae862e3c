#!/bin/sh
# deploy.sh HOST: overwrites one device, and carries on where a link that broke has left it in maintenance (status 5).
# IMAGE is the image, and BUILD what the new system must say that it is.
for again in yes yes no; do
  levitate deploy "$1" ap.yaml "disk=$IMAGE" --expect-build "$BUILD" --locked -F ssh_config --yes --json
  status=$?
  if [ "$status" != 5 ] || [ "$again" = no ]; then exit "$status"; fi
  sleep "${SECONDS_BETWEEN:-30}"
done
