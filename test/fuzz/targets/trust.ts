import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBlockMap } from '../../../src/image/bmap/block-map.js';
import { indexImage } from '../../../src/image/index.js';
import { NotATrustedKey, readTrustedKey } from '../../../src/image/signature/trusted-key.js';
import { signers } from '../../unit/image/signature/signers.js';
import { sample } from '../../unit/image/fixtures.js';
import { mutateBytes, mutateText } from '../mutate.js';
import { Finding, judged, type FuzzTarget } from '../target.js';

const map = `<?xml version="1.0" ?>
<bmap version="2.0">
    <ImageSize> 821752 </ImageSize>
    <BlockSize> 4096 </BlockSize>
    <BlocksCount> 201 </BlocksCount>
    <ChecksumType> sha256 </ChecksumType>
    <BlockMap>
        <Range chksum="${'ab'.repeat(32)}"> 0-1 </Range>
        <Range chksum="${'cd'.repeat(32)}"> 3 </Range>
    </BlockMap>
</bmap>
`;

/** Keys, signatures and block maps; an image that is not the one that was signed is never taken. */
export const trustTarget: FuzzTarget = {
  name: 'trust',
  prepare: (folder) => {
    const made = ['minisign', 'minisign, the file itself', 'signify'].map((name, index) => {
      const place = join(folder, `signer-${index}`);
      mkdirSync(place);
      const signer = signers[name]!(place);
      const path = join(place, 'image');
      const image = sample(5000 + index);
      writeFileSync(path, image);
      signer.sign(path);
      const signature = name === 'signify' ? `${path}.sig` : `${path}.minisig`;
      const key = readFileSync(signer.publicKey);
      return { path, image, key, signature, sound: readFileSync(signature) };
    });
    return Promise.resolve((random) => {
      const { path, image, key, signature, sound } = random.pick(made);
      if (random.once(4)) {
        const input = mutateText(random, map);
        return judged(input, () => void readBlockMap(input));
      }
      if (random.once(3)) {
        const input = mutateBytes(random, key);
        return judged(input, () => readTrustedKey(input, 'key'), undefined, [NotATrustedKey]);
      }
      const isImage = random.once(2);
      const input = mutateBytes(random, isImage ? image : sound);
      writeFileSync(path, isImage ? input : image);
      writeFileSync(signature, isImage ? sound : input);
      return judged(
        input,
        () => indexImage(path, {}, [readTrustedKey(key, 'key')]),
        () => {
          if (isImage && !input.equals(image)) throw new Finding('another image is taken', input);
        },
      );
    });
  },
};
