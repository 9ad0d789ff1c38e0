# The service, with the sandbox of contrib/mailprofile.service: a test compares both.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.mailprofile;
  format = pkgs.formats.yaml { };
  file = format.generate "mailprofile.yaml" cfg.settings;
  program = lib.getExe cfg.package;
in
{
  options.services.mailprofile = {
    enable = lib.mkEnableOption "mailprofile, which sets up mail accounts on phones";

    package = mkOption {
      type = types.package;
      description = "The program, as package.nix beside this module builds it.";
    };

    settings = mkOption {
      type = types.submodule {
        freeformType = format.type;
        options = {
          listen = {
            host = mkOption {
              type = types.str;
              default = "127.0.0.1";
              description = "Where it listens.";
            };
            port = mkOption {
              type = types.port;
              default = 8080;
              description = "Where it listens.";
            };
          };
          store = mkOption {
            type = types.str;
            default = "sqlite:/var/lib/mailprofile/mailprofile.db";
            description = "Where invitations are kept. The service can write in this folder and nowhere else.";
          };
        };
      };
      default = { };
      example = {
        baseUrl = "https://setup.example.com";
        trustProxy = [ "127.0.0.1" ];
        serve.domains = [ "example.com" ];
      };
      description = ''
        The keys of mailprofile.yaml. Every user of the machine can read them: what is secret goes
        into `secretFiles`.
      '';
    };

    credentials = mkOption {
      type = types.attrsOf types.str;
      default = { };
      example = {
        "fullchain.pem" = "/var/lib/acme/setup.example.com/fullchain.pem";
      };
      description = ''
        Files that root reads at each start and hands over, by their names below
        /run/credentials/mailprofile.service.
      '';
    };

    secretFiles = mkOption {
      type = types.attrsOf types.str;
      default = { };
      example = {
        MAILPROFILE_STORE = "/run/secrets/mailprofile-store";
      };
      description = "Files that hold the values of variables, which root reads at each start and hands over.";
    };

    openFirewall = mkOption {
      type = types.bool;
      default = false;
      description = "Whether others reach the port without a proxy.";
    };
  };

  config = lib.mkIf cfg.enable {
    assertions = [
      {
        assertion = lib.all (lib.hasPrefix "MAILPROFILE_") (lib.attrNames cfg.secretFiles);
        message = "services.mailprofile.secretFiles: the names are those of variables, MAILPROFILE_…";
      }
    ];

    networking.firewall.allowedTCPPorts = lib.optional cfg.openFirewall cfg.settings.listen.port;

    # Commands have the configuration of the service, unless another is named.
    environment.systemPackages = [
      (pkgs.writeShellScriptBin "mailprofile" ''
        export MAILPROFILE_CONFIG="''${MAILPROFILE_CONFIG:-${file}}"
        exec ${program} "$@"
      '')
    ];

    systemd.services.mailprofile = {
      description = "mailprofile, which sets up mail accounts on phones";
      wants = [ "network-online.target" ];
      after = [ "network-online.target" ];
      wantedBy = [ "multi-user.target" ];
      # It waits five minutes for a store that is away; what needs a person has failed then, and is seen as such.
      startLimitIntervalSec = 600;
      startLimitBurst = 50;

      environment = {
        MAILPROFILE_CONFIG = "${file}";
      }
      // lib.mapAttrs' (name: _: lib.nameValuePair "${name}_FILE" "%d/${name}") cfg.secretFiles;

      serviceConfig = {
        DynamicUser = true;
        User = "mailprofile";
        ExecStart = "${program} serve";
        ExecReload = "${pkgs.coreutils}/bin/kill -HUP $MAINPID";
        Restart = "on-failure";
        RestartSec = 5;
        # A wrong command line stays one.
        RestartPreventExitStatus = 2;
        # What is under way has ten seconds to end.
        TimeoutStopSec = 20;
        LoadCredential = lib.mapAttrsToList (name: path: "${name}:${path}") (
          cfg.credentials // cfg.secretFiles
        );

        # The store of the invitations, which is all that can be written.
        StateDirectory = "mailprofile";
        StateDirectoryMode = "0700";
        UMask = "0077";
        ProtectSystem = "strict";
        ProtectHome = true;
        PrivateTmp = true;
        PrivateDevices = true;

        CapabilityBoundingSet = "";
        NoNewPrivileges = true;
        LockPersonality = true;
        ProtectClock = true;
        ProtectControlGroups = true;
        ProtectHostname = true;
        ProtectKernelLogs = true;
        ProtectKernelModules = true;
        ProtectKernelTunables = true;
        ProtectProc = "invisible";
        RemoveIPC = true;
        RestrictAddressFamilies = "AF_INET AF_INET6 AF_NETLINK AF_UNIX";
        RestrictNamespaces = true;
        RestrictRealtime = true;
        RestrictSUIDSGID = true;
        SystemCallArchitectures = "native";
        SystemCallErrorNumber = "EPERM";
        # No MemoryDenyWriteExecute: the engine of JavaScript compiles what it runs.
        SystemCallFilter = [
          "@system-service"
          "~@privileged"
        ];

        # Passwords and keys do not get into a dump of memory.
        LimitCORE = 0;
      };
    };
  };
}
