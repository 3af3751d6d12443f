using System.Globalization;
using OciRuntime.Fuzz;
using OciRuntime.Fuzz.Targets;

// Fuzz [--seconds N] [--seed HEX] [--write-images DIRECTORY] CORPUS [TARGET...]: see run.sh.
using var archive = new ArchiveTarget();
Target[] targets = [new ConfigTarget(), new StateTarget(), new UserTarget(), archive, new ImageTarget()];
int seconds = 30;
int seed = 1;
var rest = new List<string>();
for (int i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--seconds":
            seconds = int.Parse(args[++i], CultureInfo.InvariantCulture);
            break;
        case "--seed":
            seed = int.Parse(args[++i], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            break;
        case "--write-images":
            ImageTarget.WriteImages(args[++i]);
            return 0;
        default:
            rest.Add(args[i]);
            break;
    }
}
if (rest.Count == 0)
{
    Console.Error.WriteLine("fuzz: where is the corpus?");
    return 2;
}
int failed = 0;
foreach (Target target in targets.Where(target => rest.Count == 1 || rest.Skip(1).Contains(target.Name)))
{
    if (!new Fuzzer(target, Path.Combine(rest[0], target.Name), seed).Run(TimeSpan.FromSeconds(seconds)))
        failed++;
}
return failed == 0 ? 0 : 1;
