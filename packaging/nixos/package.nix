# The program of this checkout:
#   pkgs.callPackage ./package.nix { npmRegistry = "https://…/"; }
{
  lib,
  stdenv,
  autoPatchelfHook,
  buildNpmPackage,
  importNpmLock,
  nodejs_22,
  # Where packages of npm come from, with a slash at its end: the lock file has their hashes and no address.
  npmRegistry,
}:
let
  root = ../..;
  package = lib.importJSON (root + "/package.json");
  lock = lib.importJSON (root + "/package-lock.json");

  # node_modules/@scope/name lies at @scope/name/-/name-VERSION.tgz.
  located =
    place: module:
    let
      name = lib.last (lib.splitString "node_modules/" place);
    in
    module
    // lib.optionalAttrs (module ? integrity) {
      resolved = "${npmRegistry}${name}/-/${baseNameOf name}-${module.version}.tgz";
    };
in
buildNpmPackage {
  pname = package.name;
  inherit (package) version;

  src = lib.fileset.toSource {
    inherit root;
    fileset = lib.fileset.unions [
      (root + "/.npmrc")
      (root + "/CHANGELOG.md")
      (root + "/CONTRIBUTING.md")
      (root + "/LICENSE")
      (root + "/README.md")
      (root + "/SECURITY.md")
      (root + "/bench/results.json")
      (root + "/certs/README.md")
      (root + "/contrib")
      (root + "/docs")
      (root + "/integrations")
      (root + "/package-lock.json")
      (root + "/package.json")
      (root + "/providers")
      (root + "/scripts")
      (root + "/src")
      (root + "/templates")
      (root + "/tsconfig.build.json")
      (root + "/tsconfig.json")
    ];
  };

  nodejs = nodejs_22;
  npmDeps = importNpmLock {
    npmRoot = root;
    packageLock = lock // {
      packages = lib.mapAttrs located lock.packages;
    };
  };
  npmConfigHook = importNpmLock.npmConfigHook;

  # SQLite comes compiled, also for another C library, which is not here.
  nativeBuildInputs = lib.optionals stdenv.hostPlatform.isLinux [ autoPatchelfHook ];
  buildInputs = lib.optionals stdenv.hostPlatform.isLinux [ stdenv.cc.cc.lib ];
  postInstall = ''
    rm -rf $out/lib/node_modules/mailprofile/node_modules/@libsql/*-musl
  '';

  meta = {
    inherit (package) description;
    license = lib.licenses.mit;
    mainProgram = "mailprofile";
    platforms = [
      "x86_64-linux"
      "aarch64-linux"
    ];
  };
}
