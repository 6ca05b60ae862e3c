# U-Boot for two slots, a and b, which levitate writes and tries: `levitate help slots`. For a U-Boot as it is, without an environment that
# it can write: what it goes by lies in slots.env beside this script, on a FAT partition outside of both slots. Adapt the lines of start_a
# and start_b. Made into what U-Boot takes by: mkimage -A arm64 -T script -C none -d boot.cmd boot.scr
# slots.env has slot, the slot that starts; for a trial upgrade_available=1, and bootcount, how often it was started, of bootlimit.

setenv start_a 'setenv part 2; setenv root /dev/vda2'
setenv start_b 'setenv part 3; setenv root /dev/vda3'
setenv names slot upgrade_available bootcount bootlimit lv_trial lv_tries lv_unfinished lv_previous
setenv where ${devtype} ${devnum}:${distro_bootpart}

# slots.old is what slots.env was before U-Boot has written it: where that was cut off, it counts.
setenv read 'load ${where} ${loadaddr} ${file} && env import -c ${loadaddr} ${filesize} ${names}'
setenv write 'env export -c -s 1000 ${loadaddr} ${names} && fatwrite ${where} ${loadaddr} ${file} 1000'
setenv file slots.env
if run read; then true; else
  setenv slot a
  setenv file slots.old
  if run read; then setenv file slots.env; run write; fi
fi

setenv other a
if test "${slot}" = a; then setenv other b; fi
setenv trial
if test "${upgrade_available}" = 1; then
  # The try is taken before the slot starts. Where that cannot be noted, no trial takes place.
  setenv file slots.old
  run write
  if test ${bootcount} -lt ${bootlimit}; then
    setexpr bootcount ${bootcount} + 1
    setenv file slots.env
    if run write; then setenv trial levitate.trial; else setenv slot ${other}; fi
  else
    setenv slot ${other}
    setenv upgrade_available 0
    setenv file slots.env
    run write
  fi
fi

echo "Starting slot ${slot} ..."
run start_${slot}
# A kernel that panics must reboot, or nothing leads back: panic=10.
setenv bootargs root=${root} rw panic=10 levitate.slot=${slot} ${trial}
if load ${devtype} ${devnum}:${part} ${kernel_addr_r} boot/vmlinuz; then
  if load ${devtype} ${devnum}:${part} ${ramdisk_addr_r} boot/initrd.img; then
    booti ${kernel_addr_r} ${ramdisk_addr_r}:${filesize} ${fdt_addr}
  fi
fi

# The slot has no kernel that starts: the next boot takes the next try, and then the other slot.
sleep 1
reset
