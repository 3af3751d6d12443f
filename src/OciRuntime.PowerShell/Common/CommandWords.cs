using System.Management.Automation;
using System.Management.Automation.Language;

namespace OciRuntime.PowerShell.Common;

/// <summary>
/// Guards the words of a container's command from the engine's binder, which takes every word with a dash for a parameter and expands its
/// name: <c>ls -d /bin</c> would become <c>ls /bin -Debug</c>. A cmdlet can't prevent that, but can refuse the result.
/// </summary>
internal static class CommandWords
{
    // The engine's mark on words in $args and remaining arguments that were written as a parameter.
    private const string ParameterMark = "<CommandParameterName>";

    /// <summary>
    /// Ends the cmdlet when a word after the command's first one was bound to a parameter. Only a parameter's full name in its own
    /// capitals (-User, -ErrorAction) counts as intended; if the command was given by name, as one value, its full name or alias in any case.
    /// </summary>
    /// <param name="cmdlet">In its BeginProcessing.</param>
    /// <param name="parameter">The parameter that takes the command.</param>
    public static void Check(PSCmdlet cmdlet, string parameter)
    {
        if (Invocation(cmdlet) is not { } invocation)
            return;
        Dictionary<string, ParameterMetadata> parameters = cmdlet.MyInvocation.MyCommand.Parameters;
        int before = parameters.Values.Count(other => other.Name != parameter && IsPositional(other) && !IsNamed(invocation, parameters, other));
        Begun begun = Begun.No;
        foreach (Word word in Words(cmdlet, invocation, parameters))
        {
            if (word.Text == "--")
                return;
            if (word.Parameter is null)
            {
                if (begun == Begun.No && !word.IsValue && before-- == 0)
                    begun = Begun.ByPosition;
                continue;
            }
            if (begun != Begun.No && !IsMeant(word, begun))
                cmdlet.ThrowTerminatingError(Refusal(word, cmdlet.MyInvocation.InvocationName));
            if (word.Parameter.Name == parameter)
                begun = Begun.ByName;
        }
    }

    private static bool IsMeant(Word word, Begun begun) => begun == Begun.ByPosition
        ? word.Text == "-" + word.Parameter!.Name
        : IsFullName(word.Parameter!, word.Text[1..]);

    private static ErrorRecord Refusal(Word word, string cmdlet) => new(
        new PSArgumentException(Messages.WordBecameParameter(word.Text, word.Parameter!.Name, cmdlet)), "WordBecameParameter", ErrorCategory.InvalidArgument, word.Text);

    // The call as it was written; null when it was not written but built, as by a host.
    private static CommandAst? Invocation(PSCmdlet cmdlet)
    {
        InvocationInfo info = cmdlet.MyInvocation;
        return typeof(InvocationInfo).GetProperty("Statement")?.GetValue(info) is string { Length: > 0 } text
            ? Parser.ParseInput(text, out _, out _).Find(static ast => ast is CommandAst, searchNestedScriptBlocks: false) as CommandAst
            : null;
    }

    private static IEnumerable<Word> Words(PSCmdlet cmdlet, CommandAst invocation, Dictionary<string, ParameterMetadata> parameters)
    {
        bool valueFollows = false;
        foreach (CommandElementAst element in invocation.CommandElements.Skip(1))
        {
            if (element is CommandParameterAst named)
            {
                ParameterMetadata? bound = Resolve(named.ParameterName, parameters);
                valueFollows = bound is { SwitchParameter: false } && named.Argument is null;
                yield return new Word("-" + named.ParameterName, bound, IsValue: false);
            }
            else if (element is VariableExpressionAst { Splatted: true } splat)
            {
                foreach (Word word in Splatted(cmdlet, splat, parameters))
                    yield return word;
            }
            else
            {
                string text = element is StringConstantExpressionAst { StringConstantType: StringConstantType.BareWord } bare ? bare.Value : string.Empty;
                yield return new Word(text, null, valueFollows);
                valueFollows = false;
            }
        }
    }

    private static IEnumerable<Word> Splatted(PSCmdlet cmdlet, VariableExpressionAst splat, Dictionary<string, ParameterMetadata> parameters)
    {
        if (LanguagePrimitives.GetEnumerable(cmdlet.SessionState.PSVariable.GetValue(splat.VariablePath.UserPath)) is not { } values)
            yield break;
        bool valueFollows = false;
        foreach (object? value in values)
        {
            if (value is System.Collections.DictionaryEntry)
                yield break; // a splatted table names its parameters
            ParameterMetadata? bound = PSObject.AsPSObject(value ?? string.Empty).Properties[ParameterMark]?.Value is string name ? Resolve(name, parameters) : null;
            yield return new Word(value?.ToString() ?? string.Empty, bound, valueFollows);
            valueFollows = bound is { SwitchParameter: false };
        }
    }

    // Like the engine: a full name or alias, or a unique prefix of one. A word that matches none belongs to the command.
    private static ParameterMetadata? Resolve(string name, Dictionary<string, ParameterMetadata> parameters)
    {
        ParameterMetadata? exact = parameters.Values.FirstOrDefault(parameter => IsFullName(parameter, name));
        return exact ?? parameters.Values.FirstOrDefault(parameter => Names(parameter).Any(other => other.StartsWith(name, StringComparison.OrdinalIgnoreCase)));
    }

    private static bool IsFullName(ParameterMetadata parameter, string name) => Names(parameter).Contains(name, StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<string> Names(ParameterMetadata parameter) => parameter.Aliases.Prepend(parameter.Name);

    private static bool IsPositional(ParameterMetadata parameter) => parameter.ParameterSets.Values.Any(static set => set.Position >= 0);

    private static bool IsNamed(CommandAst invocation, Dictionary<string, ParameterMetadata> parameters, ParameterMetadata parameter) =>
        invocation.CommandElements.OfType<CommandParameterAst>().Any(named => Resolve(named.ParameterName, parameters) == parameter);

    private enum Begun
    {
        No,
        ByPosition,
        ByName,
    }

    private readonly record struct Word(string Text, ParameterMetadata? Parameter, bool IsValue);
}
