import { Type } from '@sinclair/typebox';
import { Line, about, optional, strict } from '../../shared/schema-common.js';
import { MtdReference } from '../forms.js';
import type { TargetGroup } from '../group.js';

const volumeName = (title: string) => optional(about(title, Line('the name of a UBI volume')));

const form = Type.Object(
  {
    sysupgrade: about('the MTD with the UBI of an OpenWrt', MtdReference),
    kernel: optional(
      Type.Union(
        [
          Type.Object({ nand: about('raw NAND without UBI', MtdReference.properties.mtd) }, strict),
          Type.Object({ mtd: about('NOR flash', MtdReference.properties.mtd) }, strict),
        ],
        {
          title: 'the MTD of the kernel, where it has one of its own; default: it is a volume',
          description: '{ nand: … } or { mtd: … }',
        },
      ),
    ),
    volumes: optional(
      Type.Object(
        {
          kernel: volumeName('that of the kernel; default: kernel'),
          root: volumeName('that of the root; default: rootfs'),
          data: volumeName('that of what is changed of the root; default: rootfs_data'),
        },
        { ...strict, title: 'what the volumes are called, where they have other names' },
      ),
    ),
  },
  { ...strict, title: 'an OpenWrt on UBI, which a sysupgrade file is for' },
);

/** An OpenWrt on UBI: its kernel, its root, and what is changed of that. */
export const sysupgrade: TargetGroup<typeof form> = {
  name: 'sysupgrade',
  form,
  places: { sysupgrade: 'an OpenWrt on UBI, { sysupgrade: { mtd: … } }' },
  members: ({ sysupgrade: on, kernel, volumes = {} }) => {
    const volume = (name: string) => ({
      'openwrt-volume': name,
      on,
      rest: volumes.data ?? 'rootfs_data',
    });
    return {
      root: volume(volumes.root ?? 'rootfs'),
      kernel: kernel ?? volume(volumes.kernel ?? 'kernel'),
    };
  },
};
