using OciRuntime.Cli;

return CommandLine.Run(args);
