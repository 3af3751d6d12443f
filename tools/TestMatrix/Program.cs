using OciRuntime.TestMatrix;

// TestMatrix RESULTS PAGE: RESULTS has a directory a kind of host, PAGE is the markdown to write.
if (args.Length != 2)
{
    Console.Error.WriteLine("usage: TestMatrix RESULTS PAGE");
    return 2;
}
HostKind[] kinds = [.. Directory.GetDirectories(args[0]).Select(HostKind.Read).OrderBy(kind => kind.Rank).ThenBy(kind => kind.Name, StringComparer.Ordinal)];
File.WriteAllText(args[1], MatrixPage.Write(kinds));
return 0;
