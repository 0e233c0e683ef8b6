package io.etcdregistry.cli;

import picocli.CommandLine.Mixin;

/** What commands have that talk to an etcd. */
abstract class EtcdCommand extends ToolCommand {
  @Mixin(name = ConnectionOptions.MIXIN)
  final ConnectionOptions connection;

  EtcdCommand(Console console) {
    super(console);
    this.connection = new ConnectionOptions(console);
  }
}
