using OciRuntime.Cli.Arguments;
using OciRuntime.Cli.Output;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.State;

namespace OciRuntime.Cli.Commands;

/// <summary><c>--regex</c>, as in crun: the id is a regular expression, and the command applies to every container that matches.</summary>
internal static class IdPattern
{
    internal static readonly Option Option = new("regex", '\0', null, "the id is an extended regular expression; applies to all containers that match");

    /// <summary>The same with crun's letter.</summary>
    internal static readonly Option OptionWithLetter = Option with { Letter = 'r' };

    /// <summary>Runs an action on the named container, or on each that matches. An error of one does not stop the others.</summary>
    /// <returns>The exit code.</returns>
    internal static int ForEach(Invocation invocation, Func<OciContainer, bool> concerns, Action<string> action)
    {
        if (!invocation.Own.Has(Option.Name))
        {
            action(invocation.Id);
            return 0;
        }
        using var pattern = new PosixPattern(invocation.Id);
        int code = 0;
        foreach (OciContainer container in invocation.Runtime.List())
        {
            if (!concerns(container) || !pattern.IsMatch(container.Id))
                continue;
            try
            {
                action(container.Id);
            }
            catch (OciException e) when (e.Code == OciErrorCode.ContainerNotFound)
            {
                // Another command has removed it meanwhile.
            }
            catch (OciException e)
            {
                code = 1;
                invocation.Fail($"{container.Id}: {ErrorText.Of(e)}");
            }
        }
        return code;
    }
}
