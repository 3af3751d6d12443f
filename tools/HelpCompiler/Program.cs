using OciRuntime.HelpCompiler;

Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");

switch (args)
{
    case ["compile", var module, var pages, var target]:
        return HelpBuild.Compile(module, pages, target);
    case ["update", var module, var pages]:
        return HelpBuild.Update(module, pages);
    default:
        Console.Error.WriteLine("""
            HelpCompiler compile <module directory> <pages> <target>   check the pages against the cmdlets and write the MAML
            HelpCompiler update <module directory> <pages>             rewrite what follows from the cmdlets: front matter, SYNTAX, parameter tables
            """);
        return 2;
}
