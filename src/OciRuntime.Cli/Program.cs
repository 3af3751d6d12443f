using OciRuntime.Cli;
using OciRuntime.Cli.Output;

StandardStream.Fill();
return CommandLine.Run(args);
