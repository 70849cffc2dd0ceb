// Starts `counterpart lsp` for Markdown files; everything else is the server's.
const { window, workspace } = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

let client;

exports.activate = async () => {
  const command = workspace.getConfiguration('counterpart').get('command');
  client = new LanguageClient(
    'counterpart',
    'Counterpart',
    { command, args: ['lsp'] },
    {
      documentSelector: [{ scheme: 'file', language: 'markdown' }],
      synchronize: { fileEvents: workspace.createFileSystemWatcher('**/*.{md,tsv}') },
    },
  );
  try {
    await client.start();
  } catch {
    window.showWarningMessage(
      `Counterpart: "${command}" could not be started. Build it with ./run --build-only and set counterpart.command to its path.`,
    );
  }
};

exports.deactivate = () => client?.stop();
