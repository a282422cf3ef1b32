@echo off
rem 道具を消します。消すのは、このファイルと同じ場所にある env フォルダーだけです。
rem 回答、確認表、台帳は、作業の場所にあり、消しません。

if not exist "%~dp0env\pyvenv.cfg" echo 消すものがありません。
if not exist "%~dp0env\pyvenv.cfg" pause & exit /b 0

echo 次のフォルダーを消します。回答や確認表は消しません。
echo "%~dp0env"
choice /c YN /m "消すときは Y、やめるときは N を押してください"
if not %errorlevel%==1 exit /b 0

rmdir /s /q "%~dp0env"
if exist "%~dp0env" echo 使っている画面があり、消せないものが残りました。
if exist "%~dp0env" echo 「はじめる」や「コマンド」の画面を閉じて、もう一度開いてください。
if exist "%~dp0env" pause & exit /b 3

echo 消しました。残りの小さなファイルは、次のフォルダーごと削除してください。
echo "%~dp0"
explorer "%~dp0."
pause
