# The archive of a profile as a derivation, made of a closure of programs for the device: no network, no cache.
# The profile says `root: { from: sysroot }`.
#   import ./default.nix {
#     inherit pkgs levitate;
#     profiles = ./maintenance; # the folder with ap.yaml and the files that it names
#     name = "ap";
#     programs = with pkgs.pkgsCross.aarch64-multiplatform; [ pkgsStatic.busybox dropbear mtdutils ];
#   }
{
  pkgs,
  # levitate with its dist and node_modules, as buildNpmPackage installs it.
  levitate,
  profiles,
  name,
  programs,
}:
pkgs.runCommand "${name}.cpio.gz"
  {
    nativeBuildInputs = [ pkgs.nodejs ];
    closure = pkgs.closureInfo { rootPaths = programs; };
  }
  ''
    mkdir -p sysroot/nix/store
    xargs cp -a -t sysroot/nix/store <"$closure/store-paths"
    node ${levitate}/dist/cli/main.js build ${profiles}/${name}.yaml -o "$out" --sysroot sysroot --quiet
  ''
