using OciRuntime.Cli.Output;
using OciRuntime.Core.Errors;

namespace OciRuntime.Cli.Commands;

/// <summary><c>man [COMMAND]</c>: the manual page of ocirun, or of a command, in man(7) format. The installation writes them to files.</summary>
internal static class ManCommand
{
    internal static readonly Command Definition = new("man", "[command]", "print a manual page", [], (0, 1), Run);

    private static int Run(Invocation invocation)
    {
        if (invocation.Own.Arguments.Count == 0)
        {
            StandardStream.Out(ManPage.OfProgram());
            return 0;
        }
        string name = invocation.Own.Arguments[0];
        if (!CommandTable.Names.Contains(name))
            throw new OciException(OciErrorCode.InvalidArgument, $"No help topic for '{name}'");
        StandardStream.Out(ManPage.Of(CommandTable.Find(name)!));
        return 0;
    }
}
