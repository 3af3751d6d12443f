namespace OciRuntime.HelpCompiler;

/// <summary>Compares the pages with the cmdlets; every difference is an error of the build.</summary>
internal static class HelpCheck
{
    private const int FewestExamples = 2;

    public static IEnumerable<string> Run(IReadOnlyList<CommandShape> commands, IReadOnlyList<HelpPage> pages, string directory)
    {
        foreach (HelpPage page in pages)
        {
            if (Path.GetFileNameWithoutExtension(page.File) != page.Name)
                yield return Problem(page, 2, $"the heading says {page.Name}");
            if (commands.All(command => command.Name != page.Name))
                yield return Problem(page, 3, $"the module has no cmdlet {page.Name}");
        }
        foreach (CommandShape command in commands)
        {
            if (pages.FirstOrDefault(page => page.Name == command.Name) is { } page)
            {
                foreach (string problem in Check(command, page))
                    yield return problem;
            }
            else
            {
                yield return $"{Path.Combine(directory, command.Name + ".md")}: error HELP0004: {command.Name} has no help page";
            }
        }
    }

    private static IEnumerable<string> Check(CommandShape command, HelpPage page)
    {
        if (page.Synopsis.Length == 0)
            yield return Problem(page, 5, "the synopsis is empty");
        if (page.Description.Length == 0)
            yield return Problem(page, 6, "the description is empty");
        if (page.Examples.Count < FewestExamples)
            yield return Problem(page, 7, $"there are {page.Examples.Count} examples, {FewestExamples} are the least");
        if (page.Outputs.Count == 0)
            yield return Problem(page, 8, "OUTPUTS names no type (None is one)");
        if (page.Inputs.Count == 0)
            yield return Problem(page, 8, "INPUTS names no type (None is one)");
        if (page.Syntax != MarkdownWriter.Syntax(command))
            yield return Problem(page, 9, "SYNTAX is not the cmdlet's; run HelpCompiler update");
        foreach (HelpParameter parameter in page.Parameters.Where(parameter => command.Parameters.All(own => own.Name != parameter.Name)))
            yield return Problem(page, 10, $"{command.Name} has no parameter -{parameter.Name}");
        foreach (ParameterShape parameter in command.Parameters)
        {
            HelpParameter? written = page.Parameters.FirstOrDefault(candidate => candidate.Name == parameter.Name);
            if (written is null)
                yield return Problem(page, 11, $"the parameter -{parameter.Name} has no help");
            else if (written.Description.Length == 0)
                yield return Problem(page, 12, $"the help of -{parameter.Name} is empty");
            else if (written.Table != parameter.Table(written.DefaultValue))
                yield return Problem(page, 13, $"the table of -{parameter.Name} is not the cmdlet's; run HelpCompiler update");
        }
    }

    private static string Problem(HelpPage page, int number, string text) => $"{page.File}: error HELP{number:0000}: {text}";
}
